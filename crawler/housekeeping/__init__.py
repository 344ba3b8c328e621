"""What the database needs done once a day: months ahead, old months out of the way, statistics."""

from crawler.housekeeping.daily import HouseReport, MonthlyTable, keep_house
from crawler.housekeeping.policy import set_keep_months

__all__ = ["HouseReport", "MonthlyTable", "keep_house", "set_keep_months"]
