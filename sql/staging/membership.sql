-- Which group an organisation or municipality belongs to, and when.
-- key: member_id, group_id, kind, valid_from
select
    row_json ->> 'member_id' as member_id,
    row_json ->> 'group_id' as group_id,
    row_json ->> 'kind' as kind,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to
from raw.register_row
where sheet = 'membership'
qualify row_number() over (
    partition by member_id, group_id, kind, valid_from order by delivery_number desc, source_row desc) = 1
