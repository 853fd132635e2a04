import { InspectionService } from './inspection.service';
import { presentPurpose } from './purpose-of-call';

describe('InspectionService', () => {
  it('has its call to the chain counted for inspecting', async () => {
    const purposes: string[] = [];
    const service = new InspectionService({
      transaction: async () => {
        purposes.push(presentPurpose());
        return null;
      },
    });
    await expect(service.inspect('any', 'any')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(purposes).toEqual(['inspect']);
  });

  it('hides no surprise behind a refusal', async () => {
    const surprise = new TypeError('a bug');
    const service = new InspectionService({ transaction: () => Promise.reject(surprise) });
    await expect(service.inspect('any', 'any')).rejects.toBe(surprise);
  });
});
