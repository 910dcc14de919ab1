-- checks: status.delivery
-- severity: stop
-- message: Rader lästa är inte lika med använda + ersatta + väntande + avvisade.
select delivery_sha256
from status.delivery
where outcome <> 'refused'
    and row_read_count <> row_used_count + row_superseded_count + row_held_count + row_rejected_count
