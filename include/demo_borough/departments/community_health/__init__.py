"""The health trust's community services: referrals, waits and contacts of children, with a plan or without.

The therapy of children with a plan is in the world (demo_borough.therapies); the department keeps the others, and
sends all of them in its monthly submission of the Community Services Data Set.
"""

from demo_borough.departments.community_health.staging import STAGING, staging
from demo_borough.departments.community_health.submission import faults, files
from demo_borough.departments.community_health.waiting import as_of, imagine

__all__ = ["STAGING", "as_of", "faults", "files", "imagine", "staging"]
