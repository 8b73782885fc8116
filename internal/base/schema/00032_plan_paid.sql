-- owner: plan
-- +goose Up

-- How many instalments of an award have been paid: what is signed and not yet paid counts as promised to the household.
alter table plan_award add column paid_times bigint not null default 0;
update plan_award set paid_times = (
    select count(*) from payment_instalment i
    where i.union_id = plan_award.union_id and i.award_id = plan_award.id and i.state in ('paid', 'confirmed', 'missing'));
