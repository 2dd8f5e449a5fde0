"""The public benchmark of home health care routing and scheduling (HHCRSP), solved by the product's search.

One day, one depot: caregivers visit patients, some patients need two caregivers at once or one after the
other. The instances and the best published costs are those of Ceschia, Di Gaspero, Rosati and Schaerf, doi
10.1111/itor.13585. Words here (patient, caregiver, service) are the benchmark's own.

- :mod:`~scheduler.hhcrsp.instance`: the instance and its reader
- :mod:`~scheduler.hhcrsp.solution`: the public solution format, the validator, the cost
- :mod:`~scheduler.hhcrsp.solve`: the solver
"""

from scheduler.hhcrsp.instance import Caregiver, Instance, InstanceError, Patient, Task, read_instance
from scheduler.hhcrsp.solution import (
    Cost,
    Route,
    Solution,
    SolutionError,
    Stop,
    Violation,
    cost_of,
    read_solution,
    violations_of,
    write_solution,
)
from scheduler.hhcrsp.solve import InfeasibleError, Progress, solve_hhcrsp

__all__ = [
    "Caregiver",
    "Cost",
    "InfeasibleError",
    "Instance",
    "InstanceError",
    "Patient",
    "Progress",
    "Route",
    "Solution",
    "SolutionError",
    "Stop",
    "Task",
    "Violation",
    "cost_of",
    "read_instance",
    "read_solution",
    "solve_hhcrsp",
    "violations_of",
    "write_solution",
]
