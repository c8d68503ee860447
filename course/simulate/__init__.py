"""Small exact models that a reader can turn by hand: paging, queues, quotas, density, packing, migration, scaling.

Pure functions of their arguments and a seed. They compute consequences of numbers that are given to them;
none of them holds a measured number of its own.
"""
