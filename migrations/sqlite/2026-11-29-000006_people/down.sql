DROP INDEX accounts_of_unit;
DROP TABLE account_phones;
DROP TABLE account_units;
DROP TABLE counter_persons;
