SELECT settings FROM publication;
