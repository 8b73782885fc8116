-- owner: deduction
-- +goose Up

-- 1 where payroll takes the line before tax is reckoned (S17: the pre-tax loan).
alter table deduction_line add column pretax bigint not null default 0;
