"""Reports: overrides by month and by day; another report is another page."""
