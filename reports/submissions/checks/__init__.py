"""What is asked of the figures of a report before it is handed in: findings, and what people say to them."""
