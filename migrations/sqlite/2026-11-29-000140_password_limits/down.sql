DROP TABLE password_limits;
