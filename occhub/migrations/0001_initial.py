"""Every table as of the first release."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, JSONField, Model, TextField

from occhub.database import MomentField


def up(migrator, db):
    class Partner(Model):
        name = CharField()
        shop = CharField(unique=True, null=True)
        state = CharField(index=True, default="invited")
        attention = TextField(default="")
        currency = CharField(default="")
        zone = CharField(default="UTC")
        created_at = MomentField()
        approved_at = MomentField(null=True)
        asked_at = MomentField(null=True)
        accepted_at = MomentField(null=True)
        wrong_codes = IntegerField(default=0)
        wrong_code_at = MomentField(null=True)
        connected_at = MomentField(null=True)
        paused_by = CharField(default="")
        left_at = MomentField(null=True)
        parting_since = MomentField(null=True)
        hides_goods = BooleanField(default=False)
        undone_at = MomentField(null=True)
        welcomed_at = MomentField(null=True)
        last_contact_at = MomentField(null=True)
        contact_name = CharField(default="")
        contact_email = CharField(default="")
        contact_phone = CharField(default="")
        discount_bp = IntegerField(default=3000)
        markup_bp = IntegerField(null=True)
        rounding = CharField(default="none")
        exchange_rate = CharField(default="1")
        publish_imports = BooleanField(default=True)
        safety_stock = IntegerField(default=1)
        location_ids = JSONField(default=list)
        cadence = CharField(default="weekly")
        cutoff_weekday = IntegerField(default=3)
        cutoff_hour = IntegerField(default=18)
        tax_exempt = BooleanField(default=False)
        catalog_refreshed_at = MomentField(null=True)
        catalog_wanted_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "partner"

    db.create_tables([Partner])

    class MasterOrder(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        number = IntegerField()
        state = CharField(index=True, default="planned")
        opens_at = MomentField()
        cutoff_at = MomentField(index=True)
        frozen_at = MomentField(null=True)
        placed_at = MomentField(null=True)
        checked_at = MomentField(null=True)
        next_try_at = MomentField(null=True)
        failing_since = MomentField(null=True)
        tries = IntegerField(default=0)
        failure = TextField(default="")
        question = CharField(default="")
        note = TextField(default="")
        currency = CharField()
        send_anyway = BooleanField(default=False)
        paid_at = MomentField(null=True)
        paid_reference = CharField(default="")
        paid_minor = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "master_order"
            indexes = ((("partner", "number"), True),)

    db.create_tables([MasterOrder])
    db.execute_sql(
        "CREATE UNIQUE INDEX IF NOT EXISTS \"one_unplaced_master_order\" ON \"master_order\" (\"partner_id\") WHERE state IN ('planned', 'creating', 'open', 'freezing')"
    )

    class MasterPart(Model):
        master = ForeignKeyField(MasterOrder, on_delete="CASCADE")
        position = IntegerField(default=1)
        state = CharField(default="planned")
        token = CharField(unique=True)
        creating_since = MomentField(null=True)
        draft_id = CharField(unique=True, null=True)
        draft_name = CharField(default="")
        reserved_until = MomentField(null=True)
        accepted = CharField(default="")
        order_id = CharField(unique=True, null=True)
        order_name = CharField(default="")
        order_cancelled_at = MomentField(null=True)
        fulfillment_status = CharField(default="")
        financial_status = CharField(default="")
        subtotal_minor = IntegerField(default=0)
        tax_minor = IntegerField(default=0)
        shipping_minor = IntegerField(default=0)
        total_minor = IntegerField(default=0)
        tracked_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "master_part"
            indexes = ((("master", "position"), True),)

    db.create_tables([MasterPart])

    class Import(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        product_remote_id = CharField()
        title = CharField()
        image_url = TextField(default="")
        hub_product_id = CharField(unique=True, null=True)
        state = CharField(index=True, default="planned")
        error = TextField(default="")
        markup_bp = IntegerField()
        publish = BooleanField(default=True)
        created_at = MomentField()
        planned_at = MomentField()
        changed_at = MomentField()
        tries = IntegerField(default=0)
        size_by = CharField(default="")
        recreate = BooleanField(default=False)
        delete_on_hub = BooleanField(default=False)
        linked = BooleanField(default=False)
        gone_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "import"
            indexes = ((("partner", "product_remote_id"), True),)

    db.create_tables([Import])

    class ProductMapping(Model):
        listing = ForeignKeyField(Import, on_delete="CASCADE")
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        partner_variant_id = CharField()
        partner_item_id = CharField(index=True)
        hub_variant_id = CharField(unique=True)
        hub_item_id = CharField(index=True)
        sku = CharField()
        title = TextField()
        cost_minor = IntegerField()
        price_minor = IntegerField()
        currency = CharField()
        arithmetic = TextField(default="")
        grams = IntegerField(null=True)
        safety_stock = IntegerField(null=True)
        state = CharField(index=True, default="active")
        off_sale = BooleanField(default=False)
        unpublished = BooleanField(default=False)
        retail_minor = IntegerField(null=True)
        own_price = BooleanField(default=False)
        created_at = MomentField()
        hub_available = IntegerField(null=True)
        hub_location_id = CharField(null=True)
        partner_available = IntegerField(null=True)
        unclaimed = IntegerField(null=True)
        stock_at = MomentField(null=True)
        stock_wanted_at = MomentField(index=True, null=True)

        class Meta:
            database = db
            table_name = "product_mapping"
            indexes = ((("partner", "partner_variant_id"), True),)

    db.create_tables([ProductMapping])

    class MasterLine(Model):
        part = ForeignKeyField(MasterPart, on_delete="CASCADE")
        mapping = ForeignKeyField(ProductMapping, on_delete="RESTRICT")
        remote_id = CharField(default="")
        cost_minor = IntegerField()
        wanted = IntegerField(default=0)
        confirmed = IntegerField(default=0)
        price_minor = IntegerField(default=0)
        shipped = IntegerField(default=0)
        placed = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "master_line"
            indexes = ((("part", "mapping"), True),)

    db.create_tables([MasterLine])

    class PartnerOrder(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        hub_order_id = CharField(index=True)
        hub_order_name = CharField()
        ordered_at = MomentField(index=True)
        captured_at = MomentField()
        hub_updated_at = MomentField()
        cancelled_at = MomentField(null=True)
        gone_at = MomentField(null=True)
        test = BooleanField(default=False)
        financial_status = CharField(default="")
        status = CharField(index=True, default="pending")
        failure = TextField(default="")

        class Meta:
            database = db
            table_name = "partner_order"
            indexes = ((("hub_order_id", "partner"), True),)

    db.create_tables([PartnerOrder])

    class PartnerOrderLine(Model):
        order = ForeignKeyField(PartnerOrder, on_delete="CASCADE")
        mapping = ForeignKeyField(ProductMapping, null=True, on_delete="SET NULL")
        hub_line_id = CharField(unique=True)
        hub_variant_id = CharField(null=True)
        sku = CharField(default="")
        title = TextField()
        quantity = IntegerField()
        current_quantity = IntegerField()
        fulfilled = IntegerField(default=0)
        returned = IntegerField(default=0)
        unit_price_minor = IntegerField()
        wanted = IntegerField(index=True, default=0)
        failure = TextField(default="")
        choice = CharField(default="")
        waived = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "partner_order_line"

    db.create_tables([PartnerOrderLine])

    class Allocation(Model):
        line = ForeignKeyField(MasterLine, on_delete="CASCADE")
        order_line = ForeignKeyField(PartnerOrderLine, on_delete="CASCADE")
        units = IntegerField()
        short = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "allocation"
            indexes = ((("line", "order_line"), True),)

    db.create_tables([Allocation])

    class ApiToken(Model):
        name = CharField()
        token_hash = CharField(unique=True)
        created_at = MomentField()
        used_at = MomentField(null=True)
        revoked_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "api_token"

    db.create_tables([ApiToken])

    class AuditEntry(Model):
        at = MomentField(index=True)
        shop = CharField(index=True)
        user_id = CharField()
        what = CharField()
        subject = CharField(default="")
        path = CharField()
        asked = TextField(default="{}")
        before = TextField(default="{}")
        after = TextField(default="{}")

        class Meta:
            database = db
            table_name = "audit_entry"

    db.create_tables([AuditEntry])

    class CalendarException(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        first_day = CharField()
        last_day = CharField()
        moved_to = CharField(default="")
        moved_hour = IntegerField(default=0)
        reason = CharField(default="")

        class Meta:
            database = db
            table_name = "calendar_exception"

    db.create_tables([CalendarException])

    class Change(Model):
        listing = ForeignKeyField(Import, on_delete="CASCADE")
        field = CharField()
        variant_remote_id = CharField(default="")
        variant_title = TextField(default="")
        before = JSONField(null=True)
        after = JSONField(null=True)
        state = CharField(index=True)
        error = TextField(default="")
        tries = IntegerField(default=0)
        begun = BooleanField(default=False)
        noticed_at = MomentField()
        decided_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "change"
            indexes = ((("listing", "field", "variant_remote_id"), True),)

    db.create_tables([Change])

    class Comparison(Model):
        partner = ForeignKeyField(Partner, unique=True, on_delete="CASCADE")
        blind_since = MomentField()
        done_at = MomentField(null=True)
        found = TextField(default="")
        error = TextField(default="")

        class Meta:
            database = db
            table_name = "comparison"

    db.create_tables([Comparison])

    class DueJob(Model):
        name = CharField(primary_key=True)
        next_at = MomentField()
        started_at = MomentField(null=True)
        finished_at = MomentField(null=True)
        error = TextField(null=True)

        class Meta:
            database = db
            table_name = "due_job"

    db.create_tables([DueJob])

    class Hub(Model):
        shop = CharField(primary_key=True)
        name = CharField(default="")
        currency = CharField(default="")
        zone = CharField(default="UTC")
        location_id = CharField(null=True)
        location_name = CharField(default="")
        publication_id = CharField(null=True)
        company = CharField(default="")
        address1 = CharField(default="")
        address2 = CharField(default="")
        city = CharField(default="")
        province_code = CharField(default="")
        postcode = CharField(default="")
        country_code = CharField(default="")
        phone = CharField(default="")
        email = CharField(default="")
        welcomed_at = MomentField(null=True)
        daily_hour = IntegerField(default=18)
        payment_rule = CharField(default="paid")
        route_test_orders = BooleanField(default=False)
        discount_bp = IntegerField(default=3000)
        markup_bp = IntegerField(null=True)
        rounding = CharField(default="none")
        safety_stock = IntegerField(default=1)
        cadence = CharField(default="weekly")
        cutoff_weekday = IntegerField(default=3)
        cutoff_hour = IntegerField(default=18)

        class Meta:
            database = db
            table_name = "hub"

    db.create_tables([Hub])

    class Imprint(Model):
        listing = ForeignKeyField(Import, unique=True, on_delete="CASCADE")
        title = TextField()
        description_html = TextField()
        image_urls = JSONField(default=list)
        options = JSONField(default=dict)
        facts = JSONField(default=dict)
        customs = JSONField(default=dict)
        hub_title = TextField(null=True)
        hub_description_html = TextField(null=True)
        hub_media_ids = JSONField(null=True)
        hub_options = JSONField(null=True)
        hub_facts = JSONField(null=True)
        hub_customs = JSONField(null=True)

        class Meta:
            database = db
            table_name = "imprint"

    db.create_tables([Imprint])

    class InboxEvent(Model):
        shop = CharField()
        topic = CharField()
        webhook_id = CharField()
        subject = CharField(default="")
        detail = TextField(default="")
        triggered_at = MomentField(null=True)
        received_at = MomentField()
        state = CharField(default="pending")
        attempts = IntegerField(default=0)
        next_at = MomentField()
        handled_at = MomentField(null=True)
        error = TextField(null=True)

        class Meta:
            database = db
            table_name = "inbox_event"
            indexes = ((("shop", "topic", "webhook_id"), True), (("state", "next_at"), False))

    db.create_tables([InboxEvent])

    class Invitation(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        code_hash = CharField(unique=True)
        created_at = MomentField()
        expires_at = MomentField()
        used_at = MomentField(null=True)
        revoked_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "invitation"

    db.create_tables([Invitation])

    class Lease(Model):
        name = CharField(primary_key=True)
        holder = CharField()
        until = MomentField()

        class Meta:
            database = db
            table_name = "lease"

    db.create_tables([Lease])

    class PriceList(Model):
        partner = ForeignKeyField(Partner, unique=True, on_delete="CASCADE")
        name = CharField()
        remote_id = CharField(default="")
        discount_bp = IntegerField(null=True)
        unmatched = JSONField(default=list)
        taken_at = MomentField()
        read_at = MomentField()

        class Meta:
            database = db
            table_name = "price_list"

    db.create_tables([PriceList])

    class ListedCost(Model):
        price_list = ForeignKeyField(PriceList, on_delete="CASCADE")
        product_remote_id = CharField()
        variant_remote_id = CharField()
        cost_minor = IntegerField()

        class Meta:
            database = db
            table_name = "listed_cost"
            indexes = ((("price_list", "variant_remote_id"), True), (("price_list", "product_remote_id"), False))

    db.create_tables([ListedCost])

    class MadeCopy(Model):
        made_at = MomentField()
        size = BigIntegerField()

        class Meta:
            database = db
            table_name = "made_copy"

    db.create_tables([MadeCopy])

    class OrderTerms(Model):
        partner = ForeignKeyField(Partner, unique=True, on_delete="CASCADE")
        minimum_minor = IntegerField(default=0)
        minimum_bags = IntegerField(default=0)
        below_minimum = CharField(default="send")
        shipping_title = CharField(default="")
        shipping_minor = IntegerField(default=0)
        late_after_days = IntegerField(default=7)

        class Meta:
            database = db
            table_name = "order_terms"

    db.create_tables([OrderTerms])

    class PriceRule(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        product_remote_id = CharField()
        variant_remote_id = CharField(default="")
        discount_bp = IntegerField(null=True)
        cost_minor = IntegerField(null=True)
        price_way = CharField(default="")
        markup_bp = IntegerField(null=True)
        margin_bp = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "price_rule"
            indexes = ((("partner", "product_remote_id", "variant_remote_id"), True),)

    db.create_tables([PriceRule])

    class PrivacyRequest(Model):
        webhook_id = CharField(unique=True)
        shop = CharField()
        topic = CharField()
        detail = TextField()
        sent_at = MomentField()
        asked_at = MomentField(index=True)
        due_at = MomentField()
        done_at = MomentField(index=True, null=True)
        outcome = TextField(default="")
        report = TextField(default="")
        error = TextField(default="")

        class Meta:
            database = db
            table_name = "privacy_request"

    db.create_tables([PrivacyRequest])

    class Product(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        remote_id = CharField()
        title = CharField(index=True)
        vendor = CharField(default="")
        product_type = CharField(default="")
        status = CharField()
        tags = JSONField(default=list)
        options = JSONField(default=list)
        image_url = TextField(default="")
        obstacle = CharField(default="")
        wholesale = BooleanField(default=False)
        twin_key = CharField(default="")
        words = TextField(default="")
        price_low_minor = IntegerField(default=0)
        price_high_minor = IntegerField(default=0)
        stock = IntegerField(default=0)
        always_in_stock = BooleanField(default=False)
        remote_updated_at = MomentField()
        first_seen_at = MomentField()
        refreshed_at = MomentField()
        gone_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "product"
            indexes = (
                (("partner", "remote_id"), True),
                (("partner", "title"), False),
                (("partner", "twin_key"), False),
            )

    db.create_tables([Product])

    class RestoredCopy(Model):
        made_at = MomentField()

        class Meta:
            database = db
            table_name = "restored_copy"

    db.create_tables([RestoredCopy])

    class SeenOrder(Model):
        hub_order_id = CharField(primary_key=True)
        updated_at = MomentField()
        read_at = MomentField()

        class Meta:
            database = db
            table_name = "seen_order"

    db.create_tables([SeenOrder])

    class Shipment(Model):
        part = ForeignKeyField(MasterPart, on_delete="CASCADE")
        remote_id = CharField(unique=True)
        status = CharField()
        company = CharField(default="")
        number = CharField(default="")
        url = TextField(default="")
        units = IntegerField(default=0)
        seen_at = MomentField()

        class Meta:
            database = db
            table_name = "shipment"

    db.create_tables([Shipment])

    class Shortage(Model):
        mapping = ForeignKeyField(ProductMapping, on_delete="CASCADE")
        units = IntegerField()
        told = IntegerField(default=0)
        since = MomentField()
        ended_at = MomentField(index=True, null=True)

        class Meta:
            database = db
            table_name = "shortage"

    db.create_tables([Shortage])

    class SyncLog(Model):
        kind = CharField(index=True)
        trigger = CharField()
        partner_id = IntegerField(index=True, null=True)
        listing_id = IntegerField(null=True)
        state = CharField(default="running")
        started_at = MomentField(index=True)
        finished_at = MomentField(null=True)
        read = IntegerField(default=0)
        changed = IntegerField(default=0)
        skipped = IntegerField(default=0)
        failed = IntegerField(default=0)
        calls = IntegerField(default=0)
        points = IntegerField(default=0)
        detail = TextField(default="")
        error = TextField(null=True)

        class Meta:
            database = db
            table_name = "sync_log"

    db.create_tables([SyncLog])

    class StockChange(Model):
        run = ForeignKeyField(SyncLog, on_delete="CASCADE")
        mapping = ForeignKeyField(ProductMapping, on_delete="CASCADE")
        at = MomentField(index=True)
        before = IntegerField(null=True)
        after = IntegerField()
        available = IntegerField(null=True)
        unclaimed = IntegerField()
        safety = IntegerField()

        class Meta:
            database = db
            table_name = "stock_change"

    db.create_tables([StockChange])

    class Stockroom(Model):
        partner = ForeignKeyField(Partner, primary_key=True, on_delete="CASCADE")
        places = JSONField(default=list)
        places_read_at = MomentField(null=True)
        heard_at = MomentField(null=True)
        silent_since = MomentField(null=True)
        failure = TextField(default="")

        class Meta:
            database = db
            table_name = "stockroom"

    db.create_tables([Stockroom])

    class StockRules(Model):
        unreachable_hours = IntegerField(default=6)
        keep_days = IntegerField(default=90)

        class Meta:
            database = db
            table_name = "stock_rules"

    db.create_tables([StockRules])

    class StoreToken(Model):
        shop = CharField(primary_key=True)
        access = TextField()
        refresh = TextField()
        expires_at = MomentField()
        refresh_expires_at = MomentField()
        scopes = TextField(default="")
        state = CharField(default="live")
        minted_at = MomentField()

        class Meta:
            database = db
            table_name = "store_token"

    db.create_tables([StoreToken])

    class TradeTerms(Model):
        partner = ForeignKeyField(Partner, unique=True, on_delete="CASCADE")
        price_way = CharField(default="markup")
        margin_bp = IntegerField(default=0)
        least_margin_bp = IntegerField(default=0)
        rate_at = MomentField(null=True)
        tolerance_bp = IntegerField(default=500)
        follow = JSONField(default=dict)

        class Meta:
            database = db
            table_name = "trade_terms"

    db.create_tables([TradeTerms])

    class Variant(Model):
        product = ForeignKeyField(Product, on_delete="CASCADE")
        remote_id = CharField(index=True)
        item_id = CharField(index=True)
        title = TextField()
        sku = CharField(default="")
        price_minor = IntegerField()
        quantity = IntegerField(default=0)
        tracked = BooleanField(default=True)
        policy = CharField(default="DENY")
        grams = IntegerField(null=True)
        weight_grams = IntegerField(null=True)
        position = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "variant"
            indexes = ((("product", "remote_id"), True),)

    db.create_tables([Variant])

    class Walk(Model):
        name = CharField(primary_key=True)
        started_at = MomentField()

        class Meta:
            database = db
            table_name = "walk"

    db.create_tables([Walk])

    class WindowEvent(Model):
        master = ForeignKeyField(MasterOrder, on_delete="CASCADE")
        at = MomentField()
        sentence = TextField()

        class Meta:
            database = db
            table_name = "window_event"

    db.create_tables([WindowEvent])
