-- What the store answers from bears a checksum (store/src/row_crc.hpp). Rows that were written before have none.

ALTER TABLE apps ADD COLUMN crc INTEGER;
ALTER TABLE collaboration_plans ADD COLUMN crc INTEGER;
ALTER TABLE execution_plans ADD COLUMN crc INTEGER;
ALTER TABLE chunks ADD COLUMN crc INTEGER;
ALTER TABLE plan_switches ADD COLUMN crc INTEGER;
ALTER TABLE events ADD COLUMN crc INTEGER;
ALTER TABLE bodies ADD COLUMN crc INTEGER;
ALTER TABLE body_devices ADD COLUMN crc INTEGER;
ALTER TABLE body_sensors ADD COLUMN crc INTEGER;
ALTER TABLE body_actuators ADD COLUMN crc INTEGER;
ALTER TABLE device_profiles ADD COLUMN crc INTEGER;
ALTER TABLE profile_figures ADD COLUMN crc INTEGER;
