-- owner: paper
-- +goose Up

-- Papers as they were made: receipts, notices of a result, payment approvals. content is the hash of what stands on one, sum
-- that of its bytes; a paper whose content changes is made anew beside the old one.
create table paper_kept (
    union_id  text   not null,
    id        text   not null,
    kind      text   not null,
    object_id text   not null,
    content   text   not null,
    sum       text   not null,
    made_by   text   not null,
    made_at   bigint not null,
    pdf       bytea  not null,
    primary key (union_id, id),
    unique (union_id, kind, object_id, content)
);
