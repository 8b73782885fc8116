-- owner: org
-- +goose Up

-- Who stands in for somebody is asked for each holder of a role: by the user who is away.
create index org_away_user on org_away (union_id, user_id);
