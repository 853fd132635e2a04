import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderEnvExample } from './env.example';

writeFileSync(resolve('.env.example'), renderEnvExample());
