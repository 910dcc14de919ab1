-- Rows that could not be values, with the reason and what to do; at most a thousand for each delivery.
-- key: delivery_sha256, sheet, source_row, reason
with told as (
    select d.delivery_sha256, coalesce(r.sheet, '') as sheet, r.source_row, r.reason, any_value(r.fix) as fix
    from raw.rejected_row as r
    inner join raw.delivery as d using (delivery_number)
    group by all
)
select *
from told
qualify row_number() over (partition by delivery_sha256 order by source_row) <= 1000
