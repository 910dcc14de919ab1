-- What was understood of one delivery when it was read.
-- source: status
-- param: delivery_sha256 | SHA-256 of the file
select receipt_json
from status.receipt
where delivery_sha256 = $delivery_sha256
