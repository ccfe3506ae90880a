DROP TABLE binding_requests;
DROP TABLE case_bindings;
DROP TABLE case_persons;
DROP TABLE cases;
