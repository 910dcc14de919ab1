-- checks: marts.saving_month
-- severity: stop
-- message: En mätares energi har fördelats mer än en gång.
select s.metering_point_id, s.month_local
from marts.saving_month as s
inner join intermediate.expected_month as e using (metering_point_id, month_local)
group by s.metering_point_id, s.month_local
having sum(s.energy_kwh) > any_value(e.energy_kwh) * 1.000001 + 0.001
