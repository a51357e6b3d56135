"""The frame grid: a cell per frame of the task, with its picture once there is one."""
