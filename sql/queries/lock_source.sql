select source_id
from news.source
where source_id = %(source_id)s
for no key update
