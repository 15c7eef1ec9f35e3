"""What was bought: capturing, pooling, claiming, placing, tracking."""
