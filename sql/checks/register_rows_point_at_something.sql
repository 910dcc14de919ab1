-- checks: status.register_problem
-- severity: hold
-- message: Rader i registren pekar på något som inte finns.
select * from status.register_problem
