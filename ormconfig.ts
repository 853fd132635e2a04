import { DataSource } from 'typeorm';
import { dataSourceOptions, unlimited } from './src/platform/postgres/data-source-options';

/** For TypeORM's command line: `npm run migrate`, with `DATABASE_URL` set. */
export default new DataSource(unlimited(dataSourceOptions(process.env['DATABASE_URL'] ?? '')));
