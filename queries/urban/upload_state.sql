-- 对接省平台：统计期内各类数据的批次、报送、接收、退回条数，最近一批的时间、状态和退回原因
-- grain: one row per kind of data
-- binds: $since, $until
select
    kind as province_upload_kind,
    count(*) as batch_count,
    sum(row_count) as row_count,
    sum(accepted_row_count) as accepted_row_count,
    sum(rejected_row_count) as rejected_row_count,
    max(uploaded_at) as last_uploaded_at,
    arg_max(status, uploaded_at) as province_upload_status,
    arg_max(reason, uploaded_at) filter (where reason is not null) as last_reason
from urban.province_upload
where uploaded_at >= $since and uploaded_at < $until
group by kind
order by rejected_row_count desc nulls last, kind
