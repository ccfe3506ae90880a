DROP INDEX pushes_account;
