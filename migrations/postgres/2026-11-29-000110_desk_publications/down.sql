DROP TABLE desk_publications;
