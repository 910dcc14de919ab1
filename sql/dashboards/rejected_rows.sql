-- Values that could not be used, grouped by file and reason, with the first row as an example.
-- source: status
select
    delivery.file_name, delivery.organisation_name, rejected.reason, any_value(rejected.fix) as fix,
    count(*) as row_count, min(rejected.source_row) as first_source_row
from status.rejected_row as rejected
left join status.delivery as delivery using (delivery_sha256)
group by delivery.file_name, delivery.organisation_name, rejected.reason
order by row_count desc, delivery.file_name, rejected.reason
limit 500
