-- owner: plan
-- +goose Up

-- The donor whose wish the proposer read and confirmed (S14: a donor's wish before the general rules).
alter table plan_award add column donor text not null default '';
