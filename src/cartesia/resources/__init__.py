"""The endpoints, a module for each resource: functions that build requests, then one small class for each face."""
