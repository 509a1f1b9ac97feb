"""The endpoints, a module for each resource: functions that say what is sent, then one small class for each face."""
