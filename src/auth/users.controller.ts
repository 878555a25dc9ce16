import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { pageOf, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { Creates } from '../http/resource-answers.js';
import { CreateUserDto, MembershipInputDto, toUserDto, UpdateUserDto, UserDto, UserQueryDto } from './dto/user.dto.js';
import { MembershipsService } from './memberships.service.js';
import { UsersService } from './users.service.js';

/** Users of the tenant in the native API, and their memberships in it. */
@ApiTags('Users')
@Controller('api/v2/users')
export class UsersController {
  constructor(
    @Inject(UsersService) private readonly users: UsersService,
    @Inject(MembershipsService) private readonly memberships: MembershipsService,
  ) {}

  @Get()
  @Permit('users:manage')
  @ApiOperation({ summary: 'List users', description: 'The members of the tenant by name, with their roles.' })
  @ApiOkResponse({ type: pageOf(UserDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: UserQueryDto): Promise<Page<UserDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['text'])[0] as string);
    const rows = await this.users.list({ everywhere: query.everywhere ?? false, after, rows: query.limit + 1 });
    return toPage(rows, query.limit, toUserDto, (row) => encodeCursor([row.username]));
  }

  @Post()
  @Permit('users:manage')
  @ApiOperation({
    summary: 'Create a user',
    description:
      'Made a member of the tenant at once. An account that an administrator of the tenant makes belongs to it; one made by a system administrator belongs to the installation and can be a member of many tenants.',
  })
  @Creates(UserDto, 'user')
  @ApiProblems('invalid_input', 'malformed_body', 'conflict', 'forbidden')
  async create(@Body() body: CreateUserDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<UserDto> {
    const { username, password, role = 'viewer', isSystemAdmin = false } = body;
    const user = await this.users.create({ username, password, role, isSystemAdmin });
    reply.header('location', `/api/v2/users/${user.id}`);
    return toUserDto(user);
  }

  @Get(':id')
  @Permit('users:manage')
  @ApiOperation({ summary: 'Get a user', description: 'One member of the tenant.' })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('user')) id: string): Promise<UserDto> {
    return toUserDto(await this.users.get(id));
  }

  @Patch(':id')
  @Permit('users:manage')
  @ApiOperation({
    summary: 'Change an account',
    description:
      'Set a new password, disable or enable. Accounts of the installation are changed by system administrators.',
  })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'forbidden')
  async update(@Param('id', new IdPipe('user')) id: string, @Body() body: UpdateUserDto): Promise<UserDto> {
    return toUserDto(await this.users.update(id, body));
  }

  @Put(':id/membership')
  @Permit('users:manage')
  @ApiOperation({
    summary: 'Set the role of a user in this tenant',
    description: 'For members. A system administrator also adds users who are not.',
  })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'forbidden')
  async putMembership(@Param('id', new IdPipe('user')) id: string, @Body() body: MembershipInputDto): Promise<UserDto> {
    return toUserDto(await this.memberships.put(id, body.role));
  }

  @Delete(':id/membership')
  @HttpCode(204)
  @Permit('users:manage')
  @ApiOperation({ summary: 'Take a user out of this tenant', description: 'The account stays.' })
  @ApiNoContentResponse({ description: 'No member any more.' })
  @ApiProblems('not_found', 'forbidden')
  async deleteMembership(@Param('id', new IdPipe('user')) id: string): Promise<void> {
    await this.memberships.delete(id);
  }
}
