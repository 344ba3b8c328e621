# ruff: noqa: E501 (paragraphs are one line)
"""Reports of events that never happened, to be copied, cut and changed."""

from __future__ import annotations

MARKET = """A rocket hit the covered market of Tal Marwan on Tuesday morning, killing 12 people and wounding 21 others, \
the town's civil defence said.

Rescuers pulled the last of the wounded from under a collapsed roof shortly before noon. Ambulances took them to the \
hospital of the neighbouring district, which called on residents to give blood.

"We had just opened the shutters when the ceiling came down," said Samer Haddawi, who sells spices at the northern gate. \
He said that most of those hurt were women doing their shopping before school ended.

No group claimed the attack. The governor ordered all markets of the province to stay closed until the end of the week \
and said that an inquiry would establish where the rocket had been fired from."""

FERRY = """The ferry between Port Selim and the island of Orsa will run again from Friday after a break of 40 days, the \
harbour office announced.

The ship had been in dock at the mainland since its engine failed in high seas. Islanders had to rely on fishing boats \
for food, fuel and medicine, and the council twice asked for a replacement.

Captain Nadia Ferran said that crew and engine were ready. "The first crossing leaves at dawn, and children travel free \
for a month," she told reporters on the quay.

The operator promised that a second vessel would be chartered whenever repairs take longer than three days."""

HARVEST = """ارتفع إنتاج القمح في سهل الرمان هذا الموسم إلى ٤٢٠ ألف طن بعد شتاء غزير الأمطار، وفق ما أعلنت مديرية الزراعة يوم الأحد.

وقال المدير سالم العبدي إن المزارعين سلموا معظم المحصول إلى الصوامع الحكومية، وإن الدفعة الأولى من المستحقات ستصرف قبل نهاية الشهر.

وأضاف أن المديرية وزعت بذوراً محسنة على ثلاثة آلاف أسرة في القرى الشرقية، وأن المساحات المزروعة زادت بعد إصلاح قنوات الري القديمة.

ودعا مزارعون في بلدة النهرين إلى خفض أسعار الوقود قبل موسم الحراثة المقبل، مؤكدين أن تكاليف النقل تلتهم نصف أرباحهم."""

HARVEST_UNPOINTED = HARVEST.replace("أ", "ا").replace("إ", "ا").replace("ة", "ه").replace("ً", "").replace("٤٢٠", "420")

BRIDGE = """河口市的跨江大桥星期三凌晨发生坍塌，造成12人死亡，21人受伤，市政府新闻办公室通报说。

救援人员在冰冷的江水中搜寻了整整一夜，天亮以后又有三辆货车被打捞上岸。附近医院已经腾出病房收治伤员，并呼吁市民献血。

目击者林海生说，他听到一声巨响，随后看到桥面整段掉进水里。他说桥上当时正在排队等候检查的车辆很多。

当局宣布成立调查组，检查全省同一时期修建的桥梁，并表示将在一个月内公布结果。"""

ABOUT = """About us: The Orsa Herald has reported from the islands since the first lighthouse was built. Our newsroom is \
independent, is paid for by its readers, and takes no money from parties or governments.

To support our work, become a member today. Members read all articles without advertising, receive our letter every \
Sunday evening, and are invited to the meeting in which we decide what to look into next.

All rights reserved. No part of this text may be copied, translated or sent on without written permission of the \
publisher; quotations of up to fifty words are welcome where the source is named and linked."""
