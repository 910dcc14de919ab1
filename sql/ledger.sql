-- Deliveries with their rows and energy by fate, in the order in which they were received.
select *
from status.delivery
where starts_with(delivery_sha256, ?)
order by received_utc, delivery_number
