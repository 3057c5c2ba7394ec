-- 队伍多久能到：每个乡镇街道最近的一支待命救援队伍（消防、森林、防汛、医疗、山地、危化、矿山）和到场分钟数
-- grain: one row per township that any such team can reach, slowest first
-- binds: $area (place code prefix), $until
with reach as (
    select
        reach.place_code,
        reach.arrival_min,
        reach.distance_km,
        team.team_id,
        team.name as team_name,
        team.kind,
        team.contact_name,
        team.contact_phone,
        row_number() over (partition by reach.place_code order by reach.arrival_min, team.team_id) as nearest
    from safety.team_reach as reach
    inner join safety.emergency_team as team on reach.team_id = team.team_id
    where
        starts_with(reach.place_code, $area)
        and team.is_on_standby
        and team.kind in ('fire', 'forest', 'flood', 'medical', 'mountain', 'hazchem', 'mine')
        and (team.data_date is null or team.data_date < $until + interval 6 day)
)

select
    reach.place_code,
    division.name as place_name,
    reach.arrival_min,
    reach.distance_km,
    reach.team_id,
    reach.team_name,
    reach.kind,
    reach.contact_name,
    reach.contact_phone
from reach
left join common.division as division on reach.place_code = division.place_code
where reach.nearest = 1
order by reach.arrival_min desc, reach.place_code
