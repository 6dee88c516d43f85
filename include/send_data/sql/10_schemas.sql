-- Schemas, in the order in which data passes through them.
create schema if not exists raw;
create schema if not exists quarantine;
create schema if not exists identity;
create schema if not exists ops;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists measures;
create schema if not exists marts;
create schema if not exists published;
create schema if not exists lists;

comment on schema raw is 'Deliveries as they came, as text; identifiers of children; the pipeline alone reads it';
comment on schema quarantine is 'Rows a contract refused, whole, with the reasons; the pipeline alone reads it';
comment on schema identity is 'Closed: which identifiers belong to one child, and the random key that stands for the child';
comment on schema ops is 'What came, what was checked, what was built: counts and hashes, never a value of a child';
comment on schema staging is 'Typed and named source data without identifiers';
comment on schema intermediate is 'Requests, plans, placements, reviews and their statutory clocks';
comment on schema measures is 'One table per measure: one row per thing counted';
comment on schema marts is 'What BI tools read: no identifiers, exact figures';
comment on schema published is 'What the Board reads: frozen editions after disclosure control';
comment on schema lists is 'Closed: where list_maker alone joins names back, for the lists that schools and inspectors are owed';
