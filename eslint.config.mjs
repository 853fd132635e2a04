import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

/** Files at the edge that turn what came from outside into types; only there may a type be asserted. */
const parsers = [
  'src/config/env.ts',
  'src/**/*.parser.ts',
  'src/**/parse*.ts',
  'src/**/read-*.ts',
  'src/**/*.store.ts',
  'src/**/*.consumer.ts',
  '{web,client}/**/read-*.ts',
];

export default tseslint.config(
  { ignores: ['**/dist/', '.dist-*/', '**/coverage/', '.data/', '**/node_modules/', '**/*.generated.ts'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked, prettier],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Nest declares its plain option objects as classes that it does not export
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      complexity: ['error', 15],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 5 }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is read in config/ and main.ts only.',
        },
      ],
    },
  },
  {
    files: parsers,
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }] },
  },
  {
    // what starts a process hands its environment on
    files: [
      'src/config/**/*.ts',
      'src/main.ts',
      'src/demo/main.ts',
      'src/**/*.cli.ts',
      'src/app/command-line.ts',
      'ormconfig.ts',
      'test/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // a suite is one long function of many small ones, and stubs throw what they were not asked for
    files: ['**/*.spec.ts', '**/*-spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // jest's matchers are typed any
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    // markup takes a line for each property of an element
    files: ['web/admin/**/*.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 55, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error', 'no-undef': 'off' },
  },
);
