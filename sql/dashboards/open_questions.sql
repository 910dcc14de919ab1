-- What only the sender can tell.
-- source: status
select question.key, question.text_sv, question.choices_json, delivery.file_name, delivery.organisation_name
from status.open_question as question
left join status.delivery as delivery using (delivery_sha256)
order by delivery.received_utc, question.key
