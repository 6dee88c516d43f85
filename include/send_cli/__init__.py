"""The `send` command: what a person types. Ties send_data, the demo borough and Airflow together; none imports it."""
