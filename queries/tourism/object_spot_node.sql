-- 一处景区里和附近归它的客流节点
-- grain: one row per node
-- binds: $id
select
    node_id,
    name,
    kind as crowd_node_kind,
    instantaneous_capacity,
    operator_name
from tourism.crowd_node
where spot_id = $id
order by name, node_id
