"""What the Glue catalog describes: tables and their objects, SerDes, partitions, and views."""
