-- What a sender's files of one kind have been found to mean: used when a later file cannot tell by itself.
-- key: organisation_id, format
select
    organisation_id, format,
    arg_max(time_basis, delivery_number) as time_basis,
    arg_max(time_zone, delivery_number) as zone,
    arg_max(time_stamp, delivery_number) as stamp,
    arg_max(time_evidence, delivery_number) as evidence
from raw.delivery
where kind = 'readings' and outcome = 'taken' and time_basis <> 'unknown'
group by all
