import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { ENTITIES } from './src/app.entities.js';
import { databaseUrlForCli } from './src/config/cli-database-url.js';
import { dataSourceOptions } from './src/database/data-source-options.js';

/** For the TypeORM CLI: `npm run typeorm -- migration:show`. Needs DATABASE_URL. */
export default new DataSource(dataSourceOptions(databaseUrlForCli(), 2, ENTITIES));
