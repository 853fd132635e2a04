const jsc = { target: 'es2022', keepClassNames: true };

module.exports = {
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/{src,scripts,client,web,test}/**/*.spec.ts',
    '<rootDir>/test/**/*.{int,e2e}-spec.ts',
  ],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
        jsc: {
          ...jsc,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
      },
    ],
    // Nest 12 is ESM-only and Jest cannot require(esm) below Node 24.9
    '/node_modules/.+\\.m?js$': [
      '@swc/jest',
      { swcrc: false, module: { type: 'commonjs' }, jsc: { ...jsc, parser: { syntax: 'ecmascript' } } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs)/)'],
  // copies of the project that mutation testing makes, and of the client's package
  modulePathIgnorePatterns: ['<rootDir>/coverage/', '<rootDir>/dist/client/', '<rootDir>/.dist-'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  testTimeout: 90000,
  // most suites wait for servers, block times and outages most of the time
  maxWorkers: 3,
};
