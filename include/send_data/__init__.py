"""The SEND data dashboard's own code: land deliveries, link people, build marts, freeze editions, write papers.

Knows nothing of Airflow: the DAGs and the `send` command call it.
"""
