"""The endpoints, a module for each resource: functions that build requests, then a small class with its calls."""
