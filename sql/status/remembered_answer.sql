-- What a sender has answered about files of one form: used when a later file of theirs asks the same. Which meter a file
-- is about is not among it, the next file may be about another; the constant of a meter is kept for that meter
-- (`register_constant:` and its id).
-- key: organisation_id, format, key
with answered as (
    select d.organisation_id, d.format, d.delivery_number, d.receipt_json, a.key, json_extract_string(a.value, '$') as answer
    from raw.delivery as d, json_each(d.answers_json) as a
    where d.kind = 'readings' and d.outcome = 'taken' and a.key <> 'metering_point_id'
),
told as (
    select organisation_id, format, delivery_number, key, answer
    from answered
    where key <> 'register_constant'
    union all
    select organisation_id, format, delivery_number, key || ':' || unnest(meters), answer
    from (
        select *, list_distinct(cast(json_extract_string(receipt_json, '$.series[*].metering_point_id') as varchar[])) as meters
        from answered where key = 'register_constant'
    )
)
select organisation_id, format, key, arg_max(answer, delivery_number) as answer
from told
group by all
