import { DataSource } from 'typeorm';
import { dataSourceOptions } from './src/platform/postgres/data-source-options';

/** For TypeORM's command line: `npm run migrate`, with `DATABASE_URL` set. */
export default new DataSource(dataSourceOptions(process.env['DATABASE_URL'] ?? ''));
