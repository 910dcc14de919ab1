-- Rows of one delivery that could not be used, with the reason and what to do.
-- source: status
-- param: delivery_sha256 | SHA-256 of the file
select sheet, source_row, reason, fix
from status.rejected_row
where delivery_sha256 = $delivery_sha256
order by sheet, source_row, reason
