-- Rows of register sheets that could not be used.
-- source: status
select problem.sheet, problem.source_row, problem.reason, problem.fix, delivery.file_name
from status.register_problem as problem
left join status.delivery as delivery using (delivery_sha256)
order by problem.sheet, problem.source_row
limit 500
