"""Shopify's app security checks, each by its id; those of the gate and the route table stand with them.

Source: https://shopify.dev/docs/apps/build/security/app-security-checks. Not ours, as the app has no proxy, theme
extension, Liquid or script tag: APP_PROXY_UNVERIFIED_SIGNATURE, APP_PROXY_LIQUID_INJECTION, LIQUID_UNSAFE_RENDER,
SCRIPT_TAG_URL_INJECTION, THEME_EXTENSION_XSS, RUNTIME_CONFIG_SCRIPT_EXECUTION.
"""

import ast
import logging
import re
import subprocess
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, visit

from occhub import clock, logs
from occhub.catalog.models import LIVE, Import
from occhub.partners.models import CONNECTED, Partner
from occhub.settings import APP_BRIDGE_URL, POLARIS_URL, Settings, is_shop_domain
from occhub.shopify import gateway, tokens
from occhub.shopify.listings import FACTS
from occhub.shopify.operations import read_operation
from occhub.shopify.scopes import API_VERSION, HUB_SCOPES_OPTIONAL, REQUIRED_SCOPES
from standin.graphql.schema import bare_schema
from standin.graphql.scopes import needed_by_field, needed_by_mutation, needed_by_type
from tests.conftest import ROOT
from tests.partners.conftest import Fair
from tests.test_vendor import listed

APPLICABLE = (
    "COMMITTED_SECRET",
    "CREDENTIAL_LOG_LEAKAGE",
    "CREDENTIAL_BROWSER_LEAKAGE",
    "UNAUTHENTICATED_ENDPOINT",
    "MISSING_AUTHORIZATION_CHECK",
    "MISSING_TENANT_ISOLATION",
    "REQUEST_DERIVED_SHOP_SCOPE",
    "REQUEST_CONTROLLED_ADMIN_CONTEXT",
    "UNSCOPED_SHOP_CONFIG_WRITE",
    "WEAK_SHOP_VALIDATION",
    "OPEN_REDIRECT",
    "SSRF_REQUEST_FORGERY",
    "CSRF_MISSING_PROTECTION",
    "MISSING_EMBEDDED_CSP",
    "STATIC_FRAME_ANCESTORS",
    "UNSAFE_INNERHTML",
    "TEXT_SETTING_HTML_SMUGGLING",
    "OVERBROAD_DATA_ACCESS",
    "SCOPE_OVER_REQUEST",
    "METAFIELD_OFFLINE_TOKEN",
    "EXPIRING_OFFLINE_TOKEN",
    "EOL_API_VERSION",
    "MISSING_COMPLIANCE_WEBHOOKS",
    "INSECURE_WEBHOOK_URL",
    "DEPRECATED_SCRIPT_TAG_SCOPE",
    "KNOWN_CVE_IN_DEPENDENCY",
    "MISSING_SRI",
    "EXTERNAL_CDN_DEPENDENCY",
)
CONFIGURATIONS = [tomllib.loads((ROOT / name).read_text()) for name in ("shopify.app.toml", "shopify.app.dev.toml")]
DOCUMENTS = sorted(path.stem for path in (ROOT / "occhub/shopify/documents").glob("*.graphql") if "." not in path.stem)


def test_every_check_that_applies_has_a_test_named_after_it() -> None:
    trees = [ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py")]
    names = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert [check for check in APPLICABLE if not any(n.startswith(f"test_{check.lower()}") for n in names)] == []


def test_committed_secret_no_token_or_secret_of_shopify_stands_in_the_repository() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    secret = re.compile(r"shp(ss|at|ca|pa|ua)_[0-9a-fA-F]{16,}")
    texts = {
        name: (ROOT / name).read_bytes().decode("utf-8", "replace") for name in files.split("\0") if _is_file(name)
    }
    assert [name for name, text in texts.items() if secret.search(text)] == []
    assert not any(Path(name).name.startswith(".env") for name in texts)
    assert ".env" in (ROOT / ".gitignore").read_text().split()


def test_credential_log_leakage_a_whole_journey_leaves_no_token_secret_or_address_with_one_in_the_logs(
    fair: Fair, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "basicConfig", lambda **_: None)  # pytest listens already
    logs.configure_logging("DEBUG")
    caplog.set_level("DEBUG")
    partner, roaster = fair.connected()
    launch = fair.standin.control("GET", f"/shops/{roaster.shop}/open?path=/")["url"]
    assert fair.client.get(launch).status_code == 200
    fair.client.get(launch.replace("id_token=", "id_token=broken."))
    fair.owner.click(f"/partners/{partner.id}/check")
    stale = fair.standin.control("GET", f"/shops/{roaster.shop}/id_token")["id_token"]
    pairs = [tokens.access_token(shop, clock.now()) for shop in (fair.owner.shop, roaster.shop)]
    tokens.access_token(roaster.shop, clock.now(), force=True)
    fair.standin.break_down("error_500", shop=roaster.shop, times=9)
    fair.owner.click(f"/partners/{partner.id}/check")
    fair.client.post("/webhooks", content=b"{}", headers={"X-Shopify-Hmac-SHA256": "AAAA", "X-Shopify-Topic": "x"})
    pairs.append(tokens.access_token(roaster.shop, clock.now()))
    row = tokens.StoreToken.get_by_id(roaster.shop)
    secrets = [*pairs, stale, settings.api_secret, *settings.token_keys, row.access, row.refresh, "id_token="]
    # The test's own browser (httpx2) logs whom it asks: that is not the app's word.
    # Before anything is taken out of it, with its tracebacks.
    said = "\n".join(logging.Formatter().format(record) for record in caplog.records if record.name != "httpx2")
    assert "occhub" in {record.name.partition(".")[0] for record in caplog.records}
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize(
    "line",
    [
        "GET /?shop=a.myshopify.com&id_token=eyJhbGciOi.eyJpc3Mi.c2ln&hmac=4711abc",
        "{'Authorization': 'Bearer c2VjcmV0NDcxMWFiYw'}",
        '{"access_token": "4711abc", "refresh_token":"4711abc"}',
        "X-Shopify-Access-Token " + "shpat_" + "4711abc",
        "GET /invitations/4711abc failed",
    ],
)
def test_credential_log_leakage_a_line_that_holds_a_secret_loses_it(line: str) -> None:
    said = logs.Redacting().format(logging.LogRecord("x", 20, "x", 1, "%s", (line,), None))
    assert "[redacted]" in said
    assert not re.search("4711abc|eyJ|c2Vj", said)


def test_credential_browser_leakage_pages_carry_no_secret(fair: Fair, settings: Settings) -> None:
    partner, roaster = fair.connected()
    pages = [fair.owner.see(path) for path in ("/", "/partners", f"/partners/{partner.id}", "/settings", "/activity")]
    pages += [roaster.see(), fair.owner.see("/activity/changes"), fair.owner.see("/activity/messages")]
    shops = (fair.owner.shop, roaster.shop)
    secrets = [settings.api_secret, *settings.token_keys, *(tokens.access_token(shop, clock.now()) for shop in shops)]
    assert [secret for secret in secrets for page in pages if secret in page] == []


def test_missing_tenant_isolation_a_partner_sees_nothing_of_another(fair: Fair) -> None:
    partner, roaster = fair.connected("Milk Road")
    theirs, other = fair.connected("Onda")
    Import.create(
        partner=theirs,
        product_remote_id="gid://shopify/Product/1",
        title="Onda's own blend",
        state=LIVE,
        markup_bp=1,
        created_at=clock.now(),
        planned_at=clock.now(),
        changed_at=clock.now(),
    )
    page = roaster.see()
    assert [word for word in ("Onda", other.shop, theirs.domain) if word in page] == []
    assert partner.shop == roaster.shop


def test_request_derived_shop_scope_the_store_named_in_the_address_or_form_is_not_believed(fair: Fair) -> None:
    partner, roaster = fair.connected("Milk Road")
    other, _ = fair.connected("Onda")
    roaster.click(f"/own/pause?shop={other.shop}", shop=other.shop)
    assert not Partner.find(partner.id).is_connected
    assert Partner.find(other.id).is_connected


def test_request_controlled_admin_context_a_partner_cannot_choose_whose_token_is_used(fair: Fair) -> None:
    _, roaster = fair.connected("Milk Road")
    other, _ = fair.connected("Onda")
    for path in (f"/partners/{other.id}/check", f"/partners/{other.id}/disconnection", "/sync-runs"):
        roaster.click(path, status=403)
    assert Partner.find(other.id).state == CONNECTED


def test_unscoped_shop_config_write_only_the_hub_writes_settings_and_terms(fair: Fair) -> None:
    partner, roaster = fair.connected()
    roaster.click("/settings", status=403, company="Mine")
    roaster.click(f"/partners/{partner.id}/terms", status=403, discount="0")
    assert Partner.find(partner.id).discount_bp == 3000


@pytest.mark.parametrize(
    "text",
    [
        "evil.example",
        "a.myshopify.com.evil.example",
        "a.myshopify.com/x",
        "a.myshopify.com\n",
        " a.myshopify.com",
        "-a.myshopify.com",
        "a_b.myshopify.com",
        "x@a.myshopify.com",
        "a.b.myshopify.com",
        ".myshopify.com",
        "",
    ],
)
def test_weak_shop_validation_only_a_whole_domain_of_a_store_is_one(text: str) -> None:
    assert not is_shop_domain(text)


def test_ssrf_request_forgery_the_wall_asks_stores_only_and_follows_nobody(fair: Fair) -> None:
    for text in ("evil.example", "a.myshopify.com@evil.example", "127.0.0.1"):
        with pytest.raises(ValueError, match="domain"):
            gateway.store_url(text, "/admin")
    assert gateway.gateway().http.follow_redirects is False
    assert gateway.gateway().http.trust_env is False


def test_csrf_missing_protection_a_post_counts_only_with_a_bearer_token(fair: Fair) -> None:
    partner, roaster = fair.connected()
    token = fair.standin.control("GET", f"/shops/{roaster.shop}/id_token")["id_token"]
    assert fair.client.post(f"/own/pause?id_token={token}").status_code == 401
    assert fair.client.post("/own/pause", data={"id_token": token}).status_code == 401
    assert fair.client.post("/own/pause", headers={"Cookie": f"id_token={token}"}).status_code == 401
    assert Partner.find(partner.id).is_connected


@pytest.mark.parametrize("path", ["/", "/nothing", "/healthz", "/auth/patch-id-token", "/invitations/x"])
def test_missing_embedded_csp_every_page_has_one_errors_too(fair: Fair, path: str) -> None:
    answer = fair.client.get(path)
    if answer.headers.get("content-type", "").startswith("text/html"):
        policy = answer.headers["Content-Security-Policy"]
        for part in ("script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors"):
            assert part in policy
        trial = answer.headers["Content-Security-Policy-Report-Only"]
        assert all(part in trial for part in ("style-src", "connect-src", "img-src"))
    else:
        assert path == "/healthz"


def test_static_frame_ancestors_each_page_names_its_own_store(fair: Fair) -> None:
    roaster = fair.roaster()
    token = fair.standin.control("GET", f"/shops/{roaster.shop}/id_token")["id_token"]
    policy = fair.client.get("/", headers={"Authorization": f"Bearer {token}"}).headers["Content-Security-Policy"]
    assert f"frame-ancestors https://{roaster.shop} " in policy
    assert "*" not in policy
    assert fair.owner.shop not in policy


def test_unsafe_innerhtml_nothing_of_ours_writes_html_or_runs_text() -> None:
    ours = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").glob("*.js")]
    sinks = re.compile(
        r"\|\s*safe\b|autoescape false|innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|\beval\(|js:|hx-on"
    )
    assert [path.name for path in ours if sinks.search(path.read_text())] == []


def test_text_setting_html_smuggling_what_is_typed_is_shown_as_text(fair: Fair) -> None:
    fair.owner.click("/partners", name="<img src=x onerror=alert(1)>")
    page = fair.owner.see("/partners")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_overbroad_data_access_no_document_asks_for_a_person() -> None:
    person = re.compile(r"\b(customer|shippingAddress|billingAddress|email|phone|firstName|lastName|displayName)\b")
    assert [name for name in DOCUMENTS if person.search(read_operation(name).text)] == []


def test_scope_over_request_each_scope_is_needed_by_a_document_and_none_is_missing() -> None:
    needed = set().union(*(_scopes_of(read_operation(name).text) for name in DOCUMENTS))
    asked = {*REQUIRED_SCOPES, *HUB_SCOPES_OPTIONAL}
    assert {scope for scope in asked if scope not in needed} == set()
    implied = asked | {scope.replace("write_", "read_", 1) for scope in asked}
    assert needed - implied == set()


def test_metafield_offline_token_by_themselves_only_the_facts_of_a_coffee_are_written() -> None:
    """A partner is followed while nobody has the app open (docs/adr/0036), so the offline token writes these.

    The app's own fields, `$app`, are written with the product when it is made, and never alone.
    """
    writing = [name for name in DOCUMENTS if re.search(r"metafields?(Set|Delete)\b", read_operation(name).text)]
    assert sorted(writing) == ["facts_delete", "facts_set"]
    code = (ROOT / "occhub/shopify/hub_listings.py").read_text()
    assert code.count('"namespace": FACTS') == len(writing)
    assert "NAMESPACE" not in code
    assert FACTS == "coffee"


def test_expiring_offline_token_both_ends_are_kept(fair: Fair) -> None:
    row = tokens.StoreToken.get_by_id(fair.owner.shop)
    lifetime, longest = row.expires_at - row.minted_at, row.refresh_expires_at - row.minted_at
    assert timedelta(minutes=59) < lifetime <= timedelta(hours=1)
    assert timedelta(days=89) < longest <= timedelta(days=90)


def test_eol_api_version_is_younger_than_a_year() -> None:
    year, month = map(int, API_VERSION.split("-"))
    assert date.today() < date(year + 1, month, 1)  # noqa: DTZ011


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=["production", "development"])
def test_missing_compliance_webhooks_all_three_are_subscribed(configuration: dict[str, Any]) -> None:
    topics = [t for entry in configuration["webhooks"]["subscriptions"] for t in entry.get("compliance_topics", [])]
    assert sorted(topics) == ["customers/data_request", "customers/redact", "shop/redact"]


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=["production", "development"])
def test_insecure_webhook_url_and_redirects_are_https_or_our_own(configuration: dict[str, Any]) -> None:
    addresses = [entry["uri"] for entry in configuration["webhooks"]["subscriptions"]]
    addresses += [*configuration["auth"]["redirect_urls"], configuration["application_url"]]
    assert [address for address in addresses if not address.startswith(("https://", "/"))] == []


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=["production", "development"])
def test_deprecated_script_tag_scope_is_not_asked_for(configuration: dict[str, Any]) -> None:
    assert "script_tags" not in str(configuration["access_scopes"])


def test_known_cve_in_dependency_is_looked_for_by_the_test_command() -> None:
    assert "bin/audit" in (ROOT / "bin/test").read_text()
    assert "pip-audit" in (ROOT / "bin/audit").read_text()


def test_missing_sri_all_that_could_be_checked_is_our_own_and_checked(settings: Settings) -> None:
    """Shopify's two scripts change by themselves and can have no checksum; what else others wrote lies here."""
    named = re.compile(r'<script[^>]* src="([^"]*)"')
    sources = {source for path in (ROOT / "templates").rglob("*.html") for source in named.findall(path.read_text())}
    theirs = {"{{ app_bridge_url }}", "{{ polaris_url }}"}
    assert theirs <= sources
    ours = sources - theirs
    assert all(source.startswith("{{ static_url('") for source in ours)
    vendored = {source.partition("vendor/")[2].partition("'")[0] for source in ours if "vendor/" in source}
    assert vendored <= listed().keys()  # tests/test_vendor.py compares their checksums
    assert {settings.app_bridge_url, settings.polaris_url} == {APP_BRIDGE_URL, POLARIS_URL}
    assert all(url.startswith("https://cdn.shopify.com/shopifycloud/") for url in (APP_BRIDGE_URL, POLARIS_URL))


def test_external_cdn_dependency_scripts_are_ours_or_shopifys() -> None:
    sources = {
        source
        for path in (ROOT / "templates").rglob("*.html")
        for source in re.findall(r'src="([^"]*)"', path.read_text())
    }
    assert [source for source in sources if source.startswith(("http:", "https:", "//"))] == []


def _is_file(name: str) -> bool:
    path = ROOT / name
    return bool(name) and path.is_file() and path.stat().st_size < 2_000_000


def _scopes_of(document: str) -> set[str]:
    """Every scope the document's types, fields and mutations ask for; a write scope stands for its read scope too."""
    info, found = TypeInfo(bare_schema()), set()

    class Reader(Visitor):
        def enter_field(self, node: Any, *_: Any) -> None:
            parent, kind = info.get_parent_type(), info.get_type()
            if parent is not None and parent.name == "Mutation":
                found.add(needed_by_mutation(node.name.value))
            if parent is not None:
                found.add(needed_by_field(parent.name, node.name.value))
            if kind is not None:
                found.add(needed_by_type(get_named_type(kind).name))

    tree = parse(document)
    assert any(isinstance(part, OperationDefinitionNode) for part in tree.definitions)
    visit(tree, TypeInfoVisitor(info, Reader()))
    return {scope for scope in found if scope}
