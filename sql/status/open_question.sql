-- Questions that only the sender of a file can answer.
-- key: delivery_sha256, key
select
    d.delivery_sha256,
    json_extract_string(q.value, '$.key') as key,
    json_extract_string(q.value, '$.text_sv') as text_sv,
    cast(json_extract(q.value, '$.choices') as varchar) as choices_json
from raw.delivery as d, json_each(d.questions_json) as q
where d.outcome = 'waiting'
